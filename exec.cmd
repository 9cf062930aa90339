@rem The long-lived npm scripts begin with exec, so that on Unix signals reach them and not a shell. Here the word means nothing.
@%*
