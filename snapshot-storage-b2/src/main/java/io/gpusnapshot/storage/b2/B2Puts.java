package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.contentSources.B2ContentTypes;
import com.backblaze.b2.client.structures.B2FileVersion;
import com.backblaze.b2.client.structures.B2UploadFileRequest;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Uploads of whole objects by the vendor's client.
 *
 * <p>Backblaze has no conditional upload. An if-absent put therefore looks first, uploads, and then looks at all
 * versions: the one uploaded first has won, by a rule that all writers can evaluate, and each loser takes its own version
 * back. Until it has, a reader may see a loser's content.
 */
final class B2Puts {
    /** Tells the versions of one put, which the client may have sent more than once, from those of others. */
    private static final String TOKEN_FIELD = "gpusnapshot-put";

    private static final Comparator<B2FileVersion> FIRST_UPLOADED =
            Comparator.comparingLong(B2FileVersion::getUploadTimestamp).thenComparing(B2FileVersion::getFileId);

    private final B2Calls calls;
    private final B2Bucket bucket;
    private final B2Versions versions;
    private final String place;

    B2Puts(B2Calls calls, B2Bucket bucket, B2Versions versions, String place) {
        this.calls = calls;
        this.bucket = bucket;
        this.versions = versions;
        this.place = place;
    }

    B2FileVersion replace(String key, ContentSource content) throws IOException {
        return upload(key, content, UUID.randomUUID().toString());
    }

    B2FileVersion ifAbsent(String key, ContentSource content) throws IOException {
        if (!visible(key).isEmpty()) {
            throw exists(key);
        }
        String token = UUID.randomUUID().toString();
        upload(key, content, token);
        List<B2FileVersion> uploads = visible(key);
        B2FileVersion winner = uploads.stream().min(FIRST_UPLOADED).orElseThrow(() -> exists(key));
        for (B2FileVersion version : uploads) {
            if (isOf(token, version) && !version.getFileId().equals(winner.getFileId())) {
                versions.delete(version);
            }
        }
        if (!isOf(token, winner)) {
            throw exists(key);
        }
        return winner;
    }

    /** Uploads newer than the last hide marker. */
    private List<B2FileVersion> visible(String key) throws IOException {
        return versions.of(key).stream()
                .filter(version -> !version.isStart())
                .takeWhile(B2FileVersion::isUpload)
                .toList();
    }

    private static boolean isOf(String token, B2FileVersion version) {
        return token.equals(version.getFileInfo().get(TOKEN_FIELD));
    }

    private PreconditionFailedException exists(String key) {
        return new PreconditionFailedException(
                StorageConfig.B2, key, "\"" + key + "\" exists already in " + place, null);
    }

    private B2FileVersion upload(String key, ContentSource content, String token) throws IOException {
        B2UploadFileRequest request = B2UploadFileRequest.builder(
                        bucket.id(), key, B2ContentTypes.APPLICATION_OCTET, new B2Content(key, content))
                .setCustomField(TOKEN_FIELD, token)
                .build();
        return calls.run("put", key, client -> client.uploadSmallFile(request));
    }
}
