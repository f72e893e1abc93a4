"""Where files are stored: a folder or a bucket, and what keeps both tidy.

Start with places.py. Rows name files; tickets/attachments decides what is stored and who may read.
"""
