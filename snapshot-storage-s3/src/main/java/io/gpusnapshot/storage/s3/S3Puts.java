package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Uploads of whole objects by the vendor's client.
 *
 * <p>If-absent puts are conditional. A store that takes no notice of conditions is asked before whether the object exists,
 * which leaves a window between that and the put. A put whose answer was lost, and which was then refused because of
 * itself, is known by a random token in the object's metadata.
 */
final class S3Puts {
    private static final int PRECONDITION_FAILED = 412;

    private final S3Bucket bucket;
    private final S3Objects objects;
    private final S3Conditions conditions;

    S3Puts(S3Bucket bucket, S3Objects objects, S3Conditions conditions) {
        this.bucket = bucket;
        this.objects = objects;
        this.conditions = conditions;
    }

    StorageReceipt replace(String key, ContentSource content) throws IOException {
        return bucket.calls().run(S3Action.PUT, key, client -> {
            try (S3Content body = new S3Content(key, content)) {
                return send(client, request(key, body, newToken()).build(), body);
            }
        });
    }

    StorageReceipt ifAbsent(String key, ContentSource content) throws IOException {
        if (!conditions.findOut(key)) {
            return afterALook(key, content);
        }
        return bucket.calls().run(S3Action.PUT, key, client -> {
            try (S3Content body = new S3Content(key, content)) {
                return conditionally(client, key, body);
            }
        });
    }

    private StorageReceipt afterALook(String key, ContentSource content) throws IOException {
        if (objects.find(key).isPresent()) {
            throw bucket.calls().errors().exists(key, null);
        }
        return replace(key, content);
    }

    private StorageReceipt conditionally(S3Client client, String key, S3Content body)
            throws IOException, InterruptedException {
        String token = newToken();
        try {
            return send(client, request(key, body, token).ifNoneMatch("*").build(), body);
        } catch (S3Exception refused) {
            if (refused.statusCode() != PRECONDITION_FAILED) {
                throw refused;
            }
            return objects.own(client, key, token)
                    .orElseThrow(() -> bucket.calls().errors().exists(key, refused));
        }
    }

    private static String newToken() {
        return UUID.randomUUID().toString();
    }

    private PutObjectRequest.Builder request(String key, S3Content body, String token) {
        return PutObjectRequest.builder()
                .bucket(bucket.name())
                .key(key)
                .contentLength(body.length())
                .contentMD5(body.md5())
                .metadata(Map.of(S3Objects.TOKEN_FIELD, token));
    }

    private static StorageReceipt send(S3Client client, PutObjectRequest request, S3Content body) throws IOException {
        try {
            PutObjectResponse answer = client.putObject(request, body.body());
            return S3Objects.receipt(body.length(), answer.versionId(), answer.eTag());
        } catch (SdkClientException failed) {
            if (body.failure().isPresent()) {
                throw body.failure().get();
            }
            throw failed;
        }
    }
}
