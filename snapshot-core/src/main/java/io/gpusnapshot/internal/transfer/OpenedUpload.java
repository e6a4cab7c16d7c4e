package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.UploadTicket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upload that has been opened, and the grants of its parts that were asked for ahead. Thread-safe. */
final class OpenedUpload {
    private static final Logger LOGGER = LoggerFactory.getLogger(OpenedUpload.class);

    private final GrantIssuer issuer;
    private final UploadTicket ticket;
    /** Each serves once, since what is sent again is sent by a grant of its own. */
    private final Map<ByteRange, Future<GrantedRequest>> foreseen;

    private OpenedUpload(GrantIssuer issuer, UploadTicket ticket, Map<ByteRange, Future<GrantedRequest>> foreseen) {
        this.issuer = issuer;
        this.ticket = ticket;
        this.foreseen = foreseen;
    }

    /** Opens an upload whose grants are asked for when they are needed. */
    static OpenedUpload open(GrantIssuer issuer, String key, long lengthBytes) throws IOException {
        return new OpenedUpload(issuer, issuer.openUpload(key, lengthBytes), new ConcurrentHashMap<>());
    }

    /**
     * Opens an upload and has the grants of all its parts asked for.
     *
     * @param maxBytes most bytes that the object will have
     */
    static OpenedUpload openAhead(GrantIssuer issuer, String key, long maxBytes, ExecutorService threads)
            throws IOException {
        OpenedUpload upload = open(issuer, key, maxBytes);
        List<ByteRange> parts = upload.ticket.parts();
        for (int i = 0; i < parts.size(); i++) {
            int number = i + 1;
            upload.foreseen.put(parts.get(i), threads.submit(() -> upload.ask(number)));
        }
        return upload;
    }

    UploadTicket ticket() {
        return ticket;
    }

    /** The same for an object that is shorter than foreseen. The grant of a part that became shorter is not used. */
    OpenedUpload shortened(long lengthBytes) {
        return new OpenedUpload(issuer, ticket.shortened(lengthBytes), foreseen);
    }

    /** A grant for sending a part, once. */
    GrantedRequest grant(int number) throws IOException, InterruptedException {
        Future<GrantedRequest> ahead = foreseen.remove(ticket.parts().get(number - 1));
        if (ahead != null) {
            try {
                return ahead.get();
            } catch (ExecutionException failed) {
                LOGGER.debug("Asking again for part {} of {}: {}", number, ticket.key(), failed.toString());
            }
        }
        return ask(number);
    }

    private GrantedRequest ask(int number) throws IOException {
        return issuer.grantPart(ticket, number, GrantedTransfer.GRANT_LIFETIME);
    }
}
