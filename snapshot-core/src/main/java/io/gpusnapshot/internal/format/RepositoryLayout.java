package io.gpusnapshot.internal.format;

import io.gpusnapshot.model.SnapshotId;
import java.util.Optional;

/** The names of a repository's objects. */
public final class RepositoryLayout {
    public static final String REPOSITORY = "repository.json";
    public static final String SNAPSHOTS = "snapshots/";
    public static final String PACKS = "packs/";
    public static final String LEASES = "leases/";

    private static final String MANIFEST_SUFFIX = ".manifest";
    private static final String PACK_SUFFIX = ".pack";
    private static final String LEASE_SUFFIX = ".lease";

    private RepositoryLayout() {}

    public static String manifest(SnapshotId id) {
        return SNAPSHOTS + id + MANIFEST_SUFFIX;
    }

    public static String pack(SnapshotId creator, int number) {
        return packsOf(creator) + String.format("%06d", number) + PACK_SUFFIX;
    }

    /** What the keys of a creator's packs begin with. */
    public static String packsOf(SnapshotId creator) {
        return PACKS + creator + "/";
    }

    public static String lease(SnapshotId id) {
        return LEASES + id + LEASE_SUFFIX;
    }

    /** The snapshot of a manifest's key, or nothing if the key is no manifest's. */
    public static Optional<SnapshotId> snapshotOfManifest(String key) {
        return idBetween(SNAPSHOTS, key, MANIFEST_SUFFIX);
    }

    /** The snapshot of a lease's key, or nothing if the key is no lease's. */
    public static Optional<SnapshotId> snapshotOfLease(String key) {
        return idBetween(LEASES, key, LEASE_SUFFIX);
    }

    /** The creator of a pack, or nothing if the key is no pack's. */
    public static Optional<SnapshotId> creatorOfPack(String key) {
        int slash = key.lastIndexOf('/');
        if (slash < PACKS.length() || !key.substring(slash + 1).matches("\\d{6,}\\.pack")) {
            return Optional.empty();
        }
        return idBetween(PACKS, key.substring(0, slash), "");
    }

    private static Optional<SnapshotId> idBetween(String prefix, String key, String suffix) {
        if (!key.startsWith(prefix) || !key.endsWith(suffix) || key.length() < prefix.length() + suffix.length()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SnapshotId(key.substring(prefix.length(), key.length() - suffix.length())));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }
}
