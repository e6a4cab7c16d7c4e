package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.exceptions.B2NetworkBaseException;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what Backblaze answers into the errors of this SDK. Codes: https://www.backblaze.com/apidocs/b2-error-codes */
final class B2Errors {
    /** Codes that come with status 400 but mean that there is no such file. */
    private static final Set<String> NO_FILE = Set.of("no_such_file", "file_not_present", "not_found");

    private static final Set<String> NO_BUCKET = Set.of("bad_bucket_id", "invalid_bucket_id");
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final String place;

    /**
     * @param place the store, as users know it
     */
    B2Errors(String place) {
        this.place = place;
    }

    IOException translate(String operation, String key, B2Exception failure) {
        String what = "Cannot " + operation + " \"" + key + "\" in " + place + ": ";
        String answer = failure.getStatus() + " " + failure.getCode() + " (" + failure.getMessage() + ")";
        if (failure instanceof B2NetworkBaseException) {
            return new StorageUnavailableException(
                    StorageConfig.B2, key, what + "the network failed: " + failure.getMessage(), null, failure);
        }
        if (meansNoFile(failure)) {
            return notFound(key, what, failure);
        }
        return switch (failure.getStatus()) {
            case 401 ->
                new StorageAccessException(
                        StorageConfig.B2, key, what + answer + "; " + accessRemedy(failure), failure);
            case 403 -> forbidden(key, what + answer, failure);
            case 408, 429, 500, 502, 503, 504 ->
                new StorageUnavailableException(
                        StorageConfig.B2, key, what + answer + "; all retries are spent", retryAfter(failure), failure);
            case RANGE_NOT_SATISFIABLE ->
                new DataIntegrityException(key, 0, what + "the object is shorter than the range asks", failure);
            default ->
                new StorageRequestException(StorageConfig.B2, key, what + answer + requestRemedy(failure), failure);
        };
    }

    static boolean meansNoFile(B2Exception failure) {
        return failure.getStatus() == 404 || NO_FILE.contains(failure.getCode());
    }

    private static ObjectNotFoundException notFound(String key, String what, B2Exception failure) {
        return new ObjectNotFoundException(StorageConfig.B2, key, what + "there is no such object", failure);
    }

    private static String accessRemedy(B2Exception failure) {
        return failure.getCode().equals("unauthorized")
                ? "the application key has expired, lacks a capability, or is limited to another bucket or name prefix;"
                        + " it needs listFiles, readFiles, shareFiles, writeFiles and deleteFiles"
                : "check B2_KEY_ID and B2_APPLICATION_KEY";
    }

    private static IOException forbidden(String key, String message, B2Exception failure) {
        if (failure.getCode().contains("cap_exceeded")) {
            return new StorageRequestException(
                    StorageConfig.B2, key, message + "; raise the account's caps in the Backblaze console", failure);
        }
        return new StorageAccessException(StorageConfig.B2, key, message + "; " + accessRemedy(failure), failure);
    }

    private static String requestRemedy(B2Exception failure) {
        return NO_BUCKET.contains(failure.getCode()) ? "; the bucket was deleted or is another account's" : "";
    }

    private static @Nullable Duration retryAfter(B2Exception failure) {
        Integer seconds = failure.getRetryAfterSecondsOrNull();
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }
}
