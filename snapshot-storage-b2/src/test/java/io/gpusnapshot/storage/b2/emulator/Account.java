package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The one account of an emulator: its keys and buckets. Thread-safe. */
final class Account {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Disk disk;
    private final FileIds ids = new FileIds();
    private final ConcurrentSkipListMap<String, ApplicationKey> keys = new ConcurrentSkipListMap<>();
    private final Map<String, Bucket> buckets = new ConcurrentSkipListMap<>();
    private final ApplicationKey masterKey;

    private Account(Disk disk, ApplicationKey masterKey) {
        this.disk = disk;
        this.masterKey = masterKey;
    }

    /** Opens the account in a folder, or makes one there. */
    static Account open(Disk disk) throws IOException {
        try {
            Optional<Params> document = Disk.read(disk.account());
            Account account = new Account(disk, document.isPresent() ? Documents.key(document.get()) : newMasterKey());
            if (document.isEmpty()) {
                disk.write(disk.account(), Documents.of(account.masterKey));
            }
            account.load();
            return account;
        } catch (ApiException e) {
            throw new IOException("the emulator's data are damaged: " + e.getMessage(), e);
        }
    }

    /** The account's id is also the id of its master key. */
    String id() {
        return masterKey.keyId();
    }

    ApplicationKey masterKey() {
        return masterKey;
    }

    Optional<ApplicationKey> findKey(String keyId) {
        return keyId.equals(masterKey.keyId()) ? Optional.of(masterKey) : Optional.ofNullable(keys.get(keyId));
    }

    /** Keys other than the master key, by id. */
    ConcurrentSkipListMap<String, ApplicationKey> keys() {
        return keys;
    }

    void addKey(ApplicationKey key) throws IOException {
        disk.write(disk.key(key.keyId()), Documents.of(key));
        keys.put(key.keyId(), key);
    }

    Optional<ApplicationKey> removeKey(String keyId) throws IOException {
        Optional<ApplicationKey> removed = Optional.ofNullable(keys.remove(keyId));
        if (removed.isPresent()) {
            Files.deleteIfExists(disk.key(keyId));
        }
        return removed;
    }

    Collection<Bucket> buckets() {
        return buckets.values();
    }

    Bucket bucket(String bucketId) throws ApiException {
        return Optional.ofNullable(buckets.get(bucketId)).orElseThrow(() -> ApiException.badBucketId(bucketId));
    }

    Optional<Bucket> findBucket(String name) {
        return buckets.values().stream()
                .filter(bucket -> bucket.settings().name().equals(name))
                .findFirst();
    }

    synchronized Bucket createBucket(BucketSettings settings) throws IOException, ApiException {
        if (findBucket(settings.name()).isPresent()) {
            throw new ApiException(400, "duplicate_bucket_name", "Bucket name is already in use.");
        }
        Bucket bucket = new Bucket(randomHex(12), settings, disk, ids);
        bucket.configure(settings);
        buckets.put(bucket.id(), bucket);
        return bucket;
    }

    synchronized void deleteBucket(Bucket bucket) throws IOException, ApiException {
        bucket.delete();
        buckets.remove(bucket.id());
    }

    /** The bucket of a version, and the version; ids of a shape of their own, or of nothing, are not found. */
    Optional<Location> findFile(String fileId) {
        return FileIds.bucketId(fileId)
                .flatMap(bucketId -> Optional.ofNullable(buckets.get(bucketId)))
                .flatMap(bucket -> bucket.files().find(fileId).map(version -> new Location(bucket, version)));
    }

    record Location(Bucket bucket, FileVersion version) {}

    static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static ApplicationKey newMasterKey() {
        return new ApplicationKey(
                randomHex(6),
                "K001" + randomHex(14),
                "Master Application Key",
                EnumSet.allOf(Capability.class),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private void load() throws IOException, ApiException {
        for (Path document : disk.keyDocuments()) {
            Params key = Disk.read(document).orElseThrow(() -> new IOException(document + " vanished"));
            keys.put(key.text("keyId"), Documents.key(key));
        }
        for (Path folder : disk.bucketFolders()) {
            String bucketId = String.valueOf(folder.getFileName());
            Optional<Params> document = Disk.read(disk.bucket(bucketId));
            if (document.isPresent()) {
                Bucket bucket = new Bucket(bucketId, Documents.settings(document.get()), disk, ids);
                bucket.load();
                buckets.put(bucketId, bucket);
            }
        }
    }
}
