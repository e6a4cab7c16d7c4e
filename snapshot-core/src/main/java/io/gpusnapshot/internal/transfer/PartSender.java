package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.http.ContentFailure;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Sends one part of an upload, in as many attempts as it takes, each by a grant of its own. */
final class PartSender {

    private final GrantedTransfer transfer;
    private final Persistence persistence;
    private final OpenedUpload upload;
    private final String key;
    private final int number;
    private final ContentSource content;
    private final ByteRange part;
    private Optional<PartDigest> digest = Optional.empty();
    private Optional<String> entityTag = Optional.empty();

    /**
     * A sender of one part; it belongs to one thread and is used once.
     *
     * @param number number of the part, from 1
     * @param content the whole object
     */
    PartSender(GrantedTransfer transfer, OpenedUpload upload, int number, ContentSource content) {
        this.transfer = transfer;
        this.persistence = new Persistence(transfer.uploads(), transfer.retries());
        this.upload = upload;
        this.key = upload.ticket().key();
        this.number = number;
        this.content = content;
        this.part = upload.ticket().parts().get(number - 1);
    }

    UploadedPart send() throws IOException, InterruptedException {
        for (Attempt attempt = attempt(); attempt.verdict() != Verdict.DONE; attempt = attempt()) {
            persistence.recover(attempt);
        }
        return new UploadedPart(number, part.length(), digest.flatMap(PartDigest::sha1), entityTag);
    }

    private Attempt attempt() throws IOException, InterruptedException {
        try (ConcurrencyLimit.Permit permit = transfer.uploads().acquire()) {
            return attempt(upload.grant(number), permit);
        }
    }

    private Attempt attempt(GrantedRequest request, ConcurrencyLimit.Permit permit) throws IOException {
        Map<String, String> headers = digestHeader(request);
        try {
            HttpAnswer answer = transfer.http().upload(request, headers, content, part, permit::moved);
            entityTag = answer.entityTag();
            return Attempt.answered(answer, transfer.provider(), Direction.UP, key);
        } catch (ContentFailure unreadable) {
            throw unreadable.failure();
        } catch (IOException broken) {
            return Attempt.broken(broken, transfer.provider(), Direction.UP, key);
        }
    }

    private Map<String, String> digestHeader(GrantedRequest request) throws IOException {
        if (request.digestHeader().isEmpty()) {
            return Map.of();
        }
        String header = request.digestHeader().get();
        if (digest.isEmpty()) {
            digest = Optional.of(PartDigest.compute(header, key, content, part));
        }
        return Map.of(header, digest.get().value());
    }
}
