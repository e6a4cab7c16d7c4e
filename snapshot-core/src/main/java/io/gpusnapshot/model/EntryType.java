package io.gpusnapshot.model;

/** What an entry of a workspace is. Sockets, FIFOs and devices are never stored. */
public enum EntryType {
    FILE("file"),
    DIRECTORY("directory"),
    SYMLINK("symlink");

    private final String id;

    EntryType(String id) {
        this.id = id;
    }

    /** Name in manifests. */
    public String id() {
        return id;
    }
}
