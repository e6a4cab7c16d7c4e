package io.gpusnapshot.model;

import java.time.Instant;
import java.util.List;

/**
 * What a restore gives back to an entry besides its content.
 *
 * @param mode permission bits with setuid, setgid and sticky, 0 to 07777
 * @param userId numeric owner
 * @param groupId numeric group
 * @param modified modification time, to the nanosecond, possibly before 1970
 * @param attributes extended attributes of the {@code user} namespace
 */
public record EntryMetadata(int mode, long userId, long groupId, Instant modified, List<ExtendedAttribute> attributes) {
    public EntryMetadata {
        attributes = List.copyOf(attributes);
    }
}
