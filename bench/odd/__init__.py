"""The files of the corpus: odd and sound, made to harm, damaged. Made when asked for; none is kept in the repository."""
