"""What a release is made of: views, formats and metadata."""
