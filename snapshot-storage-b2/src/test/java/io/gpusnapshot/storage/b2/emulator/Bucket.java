package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A bucket, its files in memory and on disk. Thread-safe; no lock is held while bytes move. */
final class Bucket {
    private static final String HIDE_MARKER_TYPE = "application/x-bz-hide-marker";

    private final String id;
    private final Disk disk;
    private final FileIds ids;
    private final FileIndex files = new FileIndex();
    private final Map<String, LargeFile> largeFiles = new ConcurrentHashMap<>();
    /** Held for reading while anything is added, for writing while the bucket goes. */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    private boolean deleted;
    private volatile BucketSettings settings;

    Bucket(String id, BucketSettings settings, Disk disk, FileIds ids) {
        this.id = id;
        this.settings = settings;
        this.disk = disk;
        this.ids = ids;
    }

    String id() {
        return id;
    }

    BucketSettings settings() {
        return settings;
    }

    FileIndex files() {
        return files;
    }

    synchronized void configure(BucketSettings changed) throws IOException, ApiException {
        settings = change(() -> {
            disk.write(disk.bucket(id), Documents.of(changed));
            return changed;
        });
    }

    /** Reads what is on disk. A file without a version document was never acknowledged, so it goes. */
    void load() throws IOException, ApiException {
        for (Path folder : Disk.fileFolders(disk.bucketFolder(id))) {
            Optional<Params> document = Disk.read(Disk.version(folder));
            if (document.isEmpty()) {
                Disk.deleteTree(folder);
                continue;
            }
            FileVersion version = Documents.version(document.get(), folder);
            ids.skipPast(version.sequence());
            files.put(version);
            if (version.action() == FileVersion.Action.START) {
                loadParts(version, folder);
            }
        }
    }

    FileVersion add(FileVersion.Details details, Body body, Instant now) throws IOException, ApiException {
        try {
            return change(() -> {
                FileVersion draft = draft(FileVersion.Action.UPLOAD, details, Optional.of(body.reportedSha1()), now);
                StoredContent.Piece piece = new StoredContent.Piece(place(body, draft.fileId()), body.length());
                return publish(draft.finished(new StoredContent(List.of(piece))));
            });
        } finally {
            Files.deleteIfExists(body.file());
        }
    }

    FileVersion hide(String name, Instant now) throws IOException, ApiException {
        FileVersion.Details details = new FileVersion.Details(name, HIDE_MARKER_TYPE, Map.of());
        return change(() -> publish(draft(FileVersion.Action.HIDE, details, Optional.empty(), now)));
    }

    FileVersion startLargeFile(FileVersion.Details details, Instant now) throws IOException, ApiException {
        return change(() -> {
            FileVersion started = draft(FileVersion.Action.START, details, Optional.of("none"), now);
            largeFiles.put(started.fileId(), new LargeFile());
            return publish(started);
        });
    }

    /** Something that needs the bucket, and its folder, to be there until it is done. */
    @FunctionalInterface
    private interface Change<T> {
        T run() throws IOException, ApiException;
    }

    private <T> T change(Change<T> change) throws IOException, ApiException {
        life.readLock().lock();
        try {
            if (deleted) {
                throw ApiException.badBucketId(id);
            }
            return change.run();
        } finally {
            life.readLock().unlock();
        }
    }

    /** Deletes the bucket from disk; from now on it takes nothing any more. */
    void delete() throws IOException, ApiException {
        life.writeLock().lock();
        try {
            if (!files.isEmpty()) {
                throw new ApiException(
                        400, "cannot_delete_non_empty_bucket", "Bucket " + settings.name() + " is not empty");
            }
            deleted = true;
            Disk.deleteTree(disk.bucketFolder(id));
        } finally {
            life.writeLock().unlock();
        }
    }

    /** A large file that still takes parts. */
    LargeFile largeFile(String fileId) throws ApiException {
        return Optional.ofNullable(largeFiles.get(fileId)).orElseThrow(() -> ApiException.noActiveUpload(fileId));
    }

    LargeFile.Part addPart(String fileId, int number, Body body, Instant now) throws IOException, ApiException {
        try {
            return change(() -> addPart(largeFile(fileId), fileId, number, body, now));
        } finally {
            Files.deleteIfExists(body.file());
        }
    }

    private LargeFile.Part addPart(LargeFile file, String fileId, int number, Body body, Instant now)
            throws IOException, ApiException {
        Path document = Disk.part(disk.fileFolder(id, fileId), number);
        StoredContent.Piece piece = new StoredContent.Piece(place(body, fileId), body.length());
        LargeFile.Part part = new LargeFile.Part(number, body.sha1(), now.toEpochMilli(), piece);
        // Two uploads of one part must leave document and memory naming the same piece, and a finish sees both or none.
        synchronized (file) {
            LargeFile.Addition addition = file.add(part);
            if (!addition.accepted()) {
                Files.deleteIfExists(piece.file());
                throw ApiException.noActiveUpload(fileId);
            }
            disk.write(document, Documents.of(part));
            if (addition.replaced().isPresent()) {
                Files.deleteIfExists(addition.replaced().get().piece().file());
            }
        }
        return part;
    }

    FileVersion finishLargeFile(String fileId, List<String> sha1s, long minimumPartSize)
            throws IOException, ApiException {
        LargeFile file = largeFile(fileId);
        FileVersion started = files.find(fileId).orElseThrow(() -> ApiException.noActiveUpload(fileId));
        List<StoredContent.Piece> pieces = file.finish(sha1s, minimumPartSize).stream()
                .map(LargeFile.Part::piece)
                .toList();
        FileVersion finished = publish(started.finished(new StoredContent(pieces)));
        largeFiles.remove(fileId);
        for (Path part : Disk.partDocuments(disk.fileFolder(id, fileId))) {
            Files.deleteIfExists(part);
        }
        return finished;
    }

    FileVersion cancelLargeFile(String fileId) throws IOException, ApiException {
        FileVersion started = files.find(fileId).orElseThrow(() -> ApiException.noActiveUpload(fileId));
        if (!largeFile(fileId).close() || !delete(started)) {
            throw ApiException.noActiveUpload(fileId);
        }
        return started;
    }

    /** Deletes one version, its document first; false when somebody else did. */
    boolean delete(FileVersion version) throws IOException {
        if (!files.remove(version)) {
            return false;
        }
        largeFiles.remove(version.fileId());
        Path folder = disk.fileFolder(id, version.fileId());
        Files.deleteIfExists(Disk.version(folder));
        Disk.deleteTree(folder);
        return true;
    }

    private FileVersion draft(
            FileVersion.Action action, FileVersion.Details details, Optional<String> sha1, Instant now) {
        long sequence = ids.nextSequence();
        String fileId = FileIds.id(id, sequence, now);
        return new FileVersion(fileId, sequence, action, details, sha1, now.toEpochMilli(), StoredContent.EMPTY);
    }

    private FileVersion publish(FileVersion version) throws IOException {
        disk.write(Disk.version(disk.fileFolder(id, version.fileId())), Documents.of(version));
        files.put(version);
        return version;
    }

    /** Moves a received body among the data of a file, under a name of its own. */
    private Path place(Body body, String fileId) throws IOException {
        Path folder = Files.createDirectories(disk.fileFolder(id, fileId));
        return Files.move(body.file(), folder.resolve(Account.randomHex(8) + ".data"));
    }

    private void loadParts(FileVersion version, Path folder) throws IOException, ApiException {
        LargeFile file = new LargeFile();
        for (Path document : new ArrayList<>(Disk.partDocuments(folder))) {
            Params part = Disk.read(document).orElseThrow(() -> new IOException(document + " vanished"));
            file.add(Documents.part(part, folder));
        }
        largeFiles.put(version.fileId(), file);
    }
}
