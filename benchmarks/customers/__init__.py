"""Is every reply to a customer right, cited, or honestly declined?"""
