"""Pages and files of the site, made from the checked tables by pure functions; `pages.pages` gives them all."""
