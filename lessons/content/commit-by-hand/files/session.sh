# The commands of this lesson, one on each line.
