package io.gpusnapshot.storage;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.Collection;
import java.util.Optional;

/**
 * One place in an object store (a bucket, or a folder) and the few operations that a repository needs of it.
 *
 * <p>Keys are relative, {@code /}-separated, made of ASCII letters, digits, {@code . _ -}, without empty, {@code .} or
 * {@code ..} segments, at most 512 characters; {@link ObjectKeys#require} checks them, and every operation refuses what
 * is no key with {@link IllegalArgumentException}. An object is visible whole or
 * not at all, and once a put has returned, every later call of any client sees it.
 *
 * <p>Implementations are thread-safe and blocking. Interrupting a thread makes its call fail with {@link
 * java.io.InterruptedIOException} or {@link java.nio.channels.ClosedByInterruptException}. Failures are leaves of {@link
 * io.gpusnapshot.error.StorageException}; vendor types never leak. {@code toString} names provider and place, and holds
 * no secret.
 */
public interface StorageProvider extends AutoCloseable {
    /**
     * Stores an object. All or nothing: a failed put leaves the former object, or none, under the key.
     *
     * <p>A put that a provider repeated by itself may have succeeded the first time; with {@link PutOptions#ifAbsent()}
     * it can then report {@link io.gpusnapshot.error.PreconditionFailedException} for an object that this very call
     * wrote. Callers that need to know put a random token into the content and read it back.
     *
     * @param content what to store; it may be opened more than once
     * @throws io.gpusnapshot.error.PreconditionFailedException if the key exists and {@link PutOptions#ifAbsent()}
     * @throws io.gpusnapshot.error.DataIntegrityException if the content does not have the expected length or digest
     */
    StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException;

    /**
     * Opens a range of an object for reading. The channel yields exactly the bytes of the range and then ends; it fails
     * rather than end early. The caller closes it.
     *
     * @throws io.gpusnapshot.error.ObjectNotFoundException at once, not at the first read, if there is no such object
     * @throws io.gpusnapshot.error.DataIntegrityException if the object is shorter than the range asks
     */
    ReadableByteChannel open(String key, ByteRange range) throws IOException;

    /**
     * Opens a whole object, which may be empty, without having to know how long it is. The caller closes it. Providers
     * whose store tells the length along with the content do it in one request; by default it is looked up before.
     *
     * @throws io.gpusnapshot.error.ObjectNotFoundException at once, not at the first read, if there is no such object
     */
    default OpenedObject open(String key) throws IOException {
        return OpenedObject.lookedUp(this, key);
    }

    /** Returns what is known of an object, or nothing if there is none. */
    Optional<StorageObject> stat(String key) throws IOException;

    /** Lists one page of objects in ascending byte order of their keys. */
    StoragePage list(ListOptions options) throws IOException;

    /**
     * Deletes objects with all their versions. Keys that do not exist are no error. When it fails, any of the objects
     * may be gone; the call can be repeated.
     */
    void delete(Collection<String> keys) throws IOException;

    /** Lets others move objects of this store without its keys; empty if the store cannot do that. */
    Optional<GrantIssuer> grants();

    /** What this store can do, as far as is known; a provider may find out more on the way. */
    StorageCapabilities capabilities();

    /** Frees connections and threads. Idempotent; it does not wait for calls of other threads. */
    @Override
    void close() throws IOException;
}
