"""What runs jobs: threads in this process (embedded). The distributed engine has its room here too."""
