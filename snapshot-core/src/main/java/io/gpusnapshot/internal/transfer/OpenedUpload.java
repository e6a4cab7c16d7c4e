package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.UploadTicket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upload that has been opened, and the grants of its parts that were asked for ahead. Thread-safe. */
final class OpenedUpload {
    private static final Logger LOGGER = LoggerFactory.getLogger(OpenedUpload.class);

    private final GrantIssuer issuer;
    private final UploadTicket ticket;
    /** By number of the part; each serves once, since what is sent again is sent by a grant of its own. */
    private final Map<Integer, Future<GrantedRequest>> foreseen;

    private OpenedUpload(GrantIssuer issuer, UploadTicket ticket, Map<Integer, Future<GrantedRequest>> foreseen) {
        this.issuer = issuer;
        this.ticket = ticket;
        this.foreseen = new ConcurrentHashMap<>(foreseen);
    }

    /** Opens an upload whose grants are asked for when they are needed. */
    static OpenedUpload open(GrantIssuer issuer, String key, long lengthBytes) throws IOException {
        return new OpenedUpload(issuer, issuer.openUpload(key, lengthBytes), Map.of());
    }

    /**
     * Opens an upload and asks for the grants of all its parts.
     *
     * @param maxBytes most bytes that the object will have
     * @param asking how to ask for the grant of a part, without waiting for it
     */
    static OpenedUpload openAhead(
            GrantIssuer issuer, String key, long maxBytes, Function<Grant, Future<GrantedRequest>> asking)
            throws IOException {
        UploadTicket ticket = issuer.openUpload(key, maxBytes);
        return new OpenedUpload(
                issuer,
                ticket,
                IntStream.rangeClosed(1, ticket.parts().size())
                        .boxed()
                        .collect(Collectors.toMap(
                                Function.identity(), number -> asking.apply(new Grant(issuer, ticket, number)))));
    }

    /** One part's grant, that can be asked for. */
    record Grant(GrantIssuer issuer, UploadTicket ticket, int number) {
        GrantedRequest ask() throws IOException {
            return issuer.grantPart(ticket, number, GrantedTransfer.GRANT_LIFETIME);
        }
    }

    UploadTicket ticket() {
        return ticket;
    }

    /** Whether it serves for an object of a length, too. */
    boolean suits(long lengthBytes) {
        boolean several = ticket.parts().size() > 1;
        return lengthBytes <= ticket.lengthBytes()
                && (!several || lengthBytes > ticket.parts().get(0).length());
    }

    /** The same for an object that is shorter than foreseen. Grants of parts that became shorter are not used. */
    OpenedUpload shortened(long lengthBytes) {
        UploadTicket shorter = ticket.shortened(lengthBytes);
        List<Integer> same = IntStream.rangeClosed(1, shorter.parts().size())
                .filter(number ->
                        shorter.parts().get(number - 1).equals(ticket.parts().get(number - 1)))
                .boxed()
                .toList();
        return new OpenedUpload(
                issuer, shorter, same.stream().collect(Collectors.toMap(Function.identity(), foreseen::get)));
    }

    /** A grant for sending a part, once. */
    GrantedRequest grant(int number) throws IOException, InterruptedException {
        Future<GrantedRequest> ahead = foreseen.remove(number);
        if (ahead != null) {
            try {
                return ahead.get();
            } catch (ExecutionException failed) {
                LOGGER.debug("Asking again for part {} of {}: {}", number, ticket.key(), failed.toString());
            }
        }
        return new Grant(issuer, ticket, number).ask();
    }
}
