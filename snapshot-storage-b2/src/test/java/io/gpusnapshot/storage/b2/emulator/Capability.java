package io.gpusnapshot.storage.b2.emulator;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a key may do. Those that nothing here asks for exist so that clients can name them. */
enum Capability {
    LIST_KEYS("listKeys"),
    WRITE_KEYS("writeKeys"),
    DELETE_KEYS("deleteKeys"),
    LIST_ALL_BUCKET_NAMES("listAllBucketNames"),
    LIST_BUCKETS("listBuckets"),
    READ_BUCKETS("readBuckets"),
    WRITE_BUCKETS("writeBuckets"),
    DELETE_BUCKETS("deleteBuckets"),
    READ_BUCKET_RETENTIONS("readBucketRetentions"),
    WRITE_BUCKET_RETENTIONS("writeBucketRetentions"),
    READ_BUCKET_ENCRYPTION("readBucketEncryption"),
    WRITE_BUCKET_ENCRYPTION("writeBucketEncryption"),
    READ_BUCKET_REPLICATIONS("readBucketReplications"),
    WRITE_BUCKET_REPLICATIONS("writeBucketReplications"),
    READ_BUCKET_NOTIFICATIONS("readBucketNotifications"),
    WRITE_BUCKET_NOTIFICATIONS("writeBucketNotifications"),
    LIST_FILES("listFiles"),
    READ_FILES("readFiles"),
    SHARE_FILES("shareFiles"),
    WRITE_FILES("writeFiles"),
    DELETE_FILES("deleteFiles"),
    READ_FILE_LEGAL_HOLDS("readFileLegalHolds"),
    WRITE_FILE_LEGAL_HOLDS("writeFileLegalHolds"),
    READ_FILE_RETENTIONS("readFileRetentions"),
    WRITE_FILE_RETENTIONS("writeFileRetentions"),
    BYPASS_GOVERNANCE("bypassGovernance");

    /** A key limited to buckets cannot have these, which concern the account. */
    private static final Set<Capability> OF_ACCOUNT =
            EnumSet.of(LIST_KEYS, WRITE_KEYS, DELETE_KEYS, WRITE_BUCKETS, DELETE_BUCKETS);

    private final String wireName;

    Capability(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }

    boolean isOfAccount() {
        return OF_ACCOUNT.contains(this);
    }

    static Optional<Capability> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(capability -> capability.wireName.equals(name))
                .findFirst();
    }

    static List<String> wireNames(Set<Capability> capabilities) {
        return capabilities.stream().map(Capability::wireName).toList();
    }
}
