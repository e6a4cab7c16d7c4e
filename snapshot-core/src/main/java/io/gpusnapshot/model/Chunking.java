package io.gpusnapshot.model;

/** Where large files are cut into chunks. */
public enum Chunking {
    /** At multiples of one size. Quick, and right for what is overwritten in place or replaced as a whole. */
    FIXED,
    /** Where the content says so, so that what is inserted or deleted moves no cuts but those beside it. */
    CONTENT,
    /** By content for files that were cut so in the parent, or whose content has moved since; the others at multiples. */
    AUTO
}
