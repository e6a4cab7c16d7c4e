package io.gpusnapshot.model;

/**
 * Something that a job could not do as asked, or did with a loss.
 *
 * @param path the entry concerned, as text for people; empty if the warning concerns the whole job
 * @param problem what is wrong
 */
public record SnapshotWarning(String path, String problem) {
    @Override
    public String toString() {
        return path.isEmpty() ? problem : path + ": " + problem;
    }
}
