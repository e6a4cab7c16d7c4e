package io.gpusnapshot.storage.b2.emulator;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Of versions in listing order, the finished youngest of each name, unless it hides the file. */
final class NewestVersions implements Iterator<FileVersion> {
    private final Iterator<FileVersion> versions;
    private @Nullable String decided;
    private @Nullable FileVersion next;

    NewestVersions(Iterator<FileVersion> versions) {
        this.versions = versions;
        advance();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public FileVersion next() {
        FileVersion result = next;
        if (result == null) {
            throw new NoSuchElementException();
        }
        advance();
        return result;
    }

    private void advance() {
        next = null;
        while (next == null && versions.hasNext()) {
            FileVersion version = versions.next();
            if (version.action() != FileVersion.Action.START && !version.name().equals(decided)) {
                decided = version.name();
                next = version.action() == FileVersion.Action.UPLOAD ? version : null;
            }
        }
    }
}
