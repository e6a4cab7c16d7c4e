package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.ScannedEntry;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Makes manifest entries of what the walk found. Thread-safe. */
final class EntryFactory {
    /** Two changes within one tick of the kernel's clock (10 ms at worst) carry the same time; with a margin. */
    private static final Duration TICK = Duration.ofMillis(100);
    /** The same on file systems that keep whole seconds, of which FAT has the longest. */
    private static final Duration COARSE_TICK = Duration.ofSeconds(2);

    private final PosixCalls posix;
    private final Clock clock;
    private final ProgressMeter progress;

    EntryFactory(PosixCalls posix, Clock clock, ProgressMeter progress) {
        this.posix = posix;
        this.clock = clock;
        this.progress = progress;
    }

    WorkspaceEntry create(ScannedEntry scanned, UnixAttributes attributes, FileContent content) {
        EntryMetadata metadata = new EntryMetadata(
                attributes.mode(),
                Integer.toUnsignedLong(attributes.userId()),
                Integer.toUnsignedLong(attributes.groupId()),
                attributes.modified(),
                extendedAttributes(scanned, attributes));
        return new WorkspaceEntry(
                scanned.path(), typeOf(attributes), metadata, stampOf(attributes), content, scanned.linkTarget());
    }

    private static EntryType typeOf(UnixAttributes attributes) {
        if (attributes.isDirectory()) {
            return EntryType.DIRECTORY;
        }
        return attributes.isSymbolicLink() ? EntryType.SYMLINK : EntryType.FILE;
    }

    private ChangeStamp stampOf(UnixAttributes attributes) {
        Instant changed = attributes.statusChanged();
        boolean wholeSecond = changed.truncatedTo(ChronoUnit.SECONDS).equals(changed);
        boolean settled = changed.isBefore(clock.instant().minus(wholeSecond ? COARSE_TICK : TICK));
        return settled ? new ChangeStamp(changed, attributes.inode()) : ChangeStamp.UNRELIABLE;
    }

    private List<ExtendedAttribute> extendedAttributes(ScannedEntry scanned, UnixAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return List.of();
        }
        try {
            return posix.readExtendedAttributes(scanned.file());
        } catch (IOException unreadable) {
            progress.warn(scanned.path(), "extended attributes cannot be read: " + unreadable.getMessage());
            return List.of();
        }
    }
}
