package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The folder with the emulator's data, laid out as the package's documentation says. */
final class Disk {
    private static final String SUFFIX = ".json";

    private final Path root;

    Disk(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(keys());
        Files.createDirectories(buckets());
        deleteTree(incoming());
        Files.createDirectories(incoming());
    }

    Path account() {
        return root.resolve("account" + SUFFIX);
    }

    Path key(String keyId) {
        return keys().resolve(keyId + SUFFIX);
    }

    Path bucket(String bucketId) {
        return bucketFolder(bucketId).resolve("bucket" + SUFFIX);
    }

    Path bucketFolder(String bucketId) {
        return buckets().resolve(bucketId);
    }

    Path fileFolder(String bucketId, String fileId) {
        return bucketFolder(bucketId).resolve("files").resolve(fileId);
    }

    static Path version(Path fileFolder) {
        return fileFolder.resolve("version" + SUFFIX);
    }

    static Path part(Path fileFolder, int number) {
        return fileFolder.resolve("part-" + number + SUFFIX);
    }

    Path newIncoming() throws IOException {
        return Files.createTempFile(incoming(), "", ".data");
    }

    /** The documents of all keys. */
    List<Path> keyDocuments() throws IOException {
        return children(keys(), "*" + SUFFIX);
    }

    /** The folders of all buckets. */
    List<Path> bucketFolders() throws IOException {
        return children(buckets(), "*");
    }

    static List<Path> fileFolders(Path bucketFolder) throws IOException {
        Path files = bucketFolder.resolve("files");
        return Files.isDirectory(files) ? children(files, "*") : List.of();
    }

    static List<Path> partDocuments(Path fileFolder) throws IOException {
        return children(fileFolder, "part-*" + SUFFIX);
    }

    static Optional<Params> read(Path document) throws IOException {
        try (InputStream source = Files.newInputStream(document)) {
            return Optional.of(new Params(Json.readObject(source)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Replaces a document in one step. */
    void write(Path document, Map<String, @Nullable Object> members) throws IOException {
        Path draft = newIncoming();
        try (OutputStream sink = Files.newOutputStream(draft)) {
            sink.write(Json.write(members));
        }
        Files.createDirectories(document.toAbsolutePath().getParent());
        Files.move(draft, document, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Path keys() {
        return root.resolve("keys");
    }

    private Path buckets() {
        return root.resolve("buckets");
    }

    private Path incoming() {
        return root.resolve("incoming");
    }

    private static List<Path> children(Path folder, String glob) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            entries.forEach(children::add);
        }
        return children;
    }
}
