package io.gpusnapshot.storage;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Lets others move objects by plain HTTP requests that carry no account key. Whoever holds the keys asks for grants and
 * hands them to whoever moves the data; each grant covers as little, and lives as short, as the store can express.
 *
 * <p>Keys are those of the provider that the issuer is from. Implementations are thread-safe and blocking, and fail with
 * leaves of {@link io.gpusnapshot.error.StorageException}.
 */
public interface GrantIssuer {
    /** Id of the provider, for example {@code b2}. */
    String providerId();

    /**
     * Grants the reading of objects. Whether they exist is not looked up.
     *
     * @param keys objects to read
     * @param lifetime how long the grants shall last; a store may round it to what it supports
     * @return grants that together cover every key; a store that cannot name single objects grants whole folders
     */
    List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) throws IOException;

    /**
     * Grants the reading of one object and of nothing else. Whether it exists is not looked up.
     *
     * @param lifetime how long the grant shall last; a store may round it to what it supports
     */
    DownloadGrant grantDownload(String key, Duration lifetime) throws IOException;

    /**
     * Opens the upload of one object. Nothing is visible under the key until {@link #completeUpload}. Who does not know the
     * length yet opens it for the most that it may be, and uses the ticket {@linkplain UploadTicket#shortened shortened} to
     * a length that it {@linkplain UploadTicket#suits suits}.
     *
     * @param lengthBytes length of the object, at least {@link #minUploadBytes()}
     * @return the parts that are to be sent, in order and without gaps
     */
    UploadTicket openUpload(String key, long lengthBytes) throws IOException;

    /**
     * Grants the sending of one part, once or again. Grants of different parts may be used at the same time; a grant of
     * one part must not be used twice at the same time.
     *
     * @param number number of the part in its ticket, from 1
     */
    GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) throws IOException;

    /**
     * Makes the object visible, whole and with the content that the receipts tell of.
     *
     * @param parts receipts of all parts, in order
     * @throws io.gpusnapshot.error.DataIntegrityException if the store holds something else than the receipts say
     */
    StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) throws IOException;

    /** Gives an upload up and frees what it holds. Idempotent; an upload that was completed stays. */
    void abandonUpload(UploadTicket ticket) throws IOException;

    /**
     * Gives up uploads that were opened long ago and that nobody will complete.
     *
     * @param keyPrefix where to look
     * @param openedBefore those opened later are left alone
     * @return how many there were
     */
    int abandonUploads(String keyPrefix, Instant openedBefore) throws IOException;

    /** Length in bytes below which the store has no grant that is narrow enough; such objects go through the provider. */
    long minUploadBytes();
}
