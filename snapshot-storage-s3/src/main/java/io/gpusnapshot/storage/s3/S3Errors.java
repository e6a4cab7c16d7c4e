package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Turns what a store answers into the errors of this SDK. Codes:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
final class S3Errors {
    private static final String REGION_HEADER = "x-amz-bucket-region";
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final int LONGEST_MESSAGE = 300;
    private static final String BUSY_REMEDY = "; all retries are spent, so try again later";

    /** The key is good, but does not allow this. */
    private static final Set<String> NOT_ALLOWED = Set.of("AccessDenied", "AllAccessDisabled", "Forbidden");

    /** The session that the keys belong to is over. Some of these come with status 400. */
    private static final Set<String> SESSION_OVER =
            Set.of("ExpiredToken", "TokenRefreshRequired", "ExpiredTokenException");

    private static final Set<String> BAD_KEYS =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity", "Unauthorized");
    private static final Set<String> SKEWED = Set.of("RequestTimeTooSkewed", "RequestExpired");
    private static final Set<String> ELSEWHERE = Set.of(
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException");
    private static final Set<String> DAMAGED = Set.of(
            "BadDigest",
            "InvalidDigest",
            "XAmzContentSHA256Mismatch",
            "IncompleteBody",
            "InvalidPart",
            "InvalidPartOrder",
            "EntityTooSmall");
    private static final Set<String> BUSY = Set.of(
            "SlowDown",
            "InternalError",
            "ServiceUnavailable",
            "RequestTimeout",
            "OperationAborted",
            "ConditionalRequestConflict");

    private final String providerId;
    private final String place;

    /**
     * @param place the store, as users know it
     */
    S3Errors(String providerId, String place) {
        this.providerId = providerId;
        this.place = place;
    }

    String providerId() {
        return providerId;
    }

    /** Failures that the vendor's SDK would not repeat, though it helps. */
    static boolean isWorthRepeating(Throwable failure) {
        return failure instanceof AwsServiceException refused && BUSY.contains(code(refused));
    }

    static boolean isBusy(String code) {
        return BUSY.contains(code);
    }

    /** The store's own code; empty where an answer had no body, as those to HEAD. */
    static String code(AwsServiceException failure) {
        return Optional.ofNullable(failure.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
    }

    /** The region that a bucket is in, if that is what a refusal says. */
    static Optional<String> regionElsewhere(AwsServiceException failure) {
        boolean elsewhere =
                ELSEWHERE.contains(code(failure)) || failure.statusCode() == 301 || failure.statusCode() == 307;
        return elsewhere ? header(failure, REGION_HEADER) : Optional.empty();
    }

    private static Optional<String> header(AwsServiceException failure, String name) {
        return Optional.ofNullable(failure.awsErrorDetails())
                .map(AwsErrorDetails::sdkHttpResponse)
                .flatMap((SdkHttpResponse response) -> response.firstMatchingHeader(name));
    }

    IOException translate(S3Action action, String key, SdkException failure) {
        SnapshotException own = ownFailure(failure);
        if (own != null) {
            return own;
        }
        String what = "Cannot " + action.verb() + " \"" + key + "\" in " + place + ": ";
        if (failure instanceof AwsServiceException answer && answer.statusCode() > 0) {
            return refused(action, key, what + words(answer), answer);
        }
        return unanswered(key, what, failure);
    }

    /** Status, code and the store's words, without the SDK's additions. */
    private static String words(AwsServiceException failure) {
        String message = Optional.ofNullable(failure.awsErrorDetails())
                .map(AwsErrorDetails::errorMessage)
                .map(text -> text.replaceAll("\\s+", " ").strip())
                .filter(text -> !text.isEmpty())
                .map(text -> " (" + text.substring(0, Math.min(text.length(), LONGEST_MESSAGE)) + ")")
                .orElse("");
        String code = code(failure);
        return failure.statusCode() + (code.isEmpty() ? "" : " " + code) + message;
    }

    private IOException refused(S3Action action, String key, String what, AwsServiceException failure) {
        String code = code(failure);
        int status = failure.statusCode();
        if (code.equals("NoSuchKey") || (status == 404 && code.isEmpty() && action != S3Action.FIND_BUCKET)) {
            return new ObjectNotFoundException(
                    providerId,
                    key,
                    what + "; there is no such object, or it was put just now and shows late: then try again",
                    failure);
        }
        if (code.equals("PreconditionFailed") || status == 412) {
            return new PreconditionFailedException(providerId, key, what, failure);
        }
        if (DAMAGED.contains(code)) {
            return new DataIntegrityException(
                    key, 0, what + "; the store got something else than was meant, so try again", failure);
        }
        if (code.equals("InvalidRange") || status == 416) {
            return new DataIntegrityException(key, 0, what + "; the object is shorter than the range asks", failure);
        }
        if (isUnavailable(code, status)) {
            return new StorageUnavailableException(providerId, key, what + BUSY_REMEDY, retryAfter(failure), failure);
        }
        return code.equals("NoSuchBucket") || regionElsewhere(failure).isPresent() || ELSEWHERE.contains(code)
                ? wrongPlace(key, what, failure)
                : notAllowed(action, key, what, failure);
    }

    private static boolean isUnavailable(String code, int status) {
        // Complete calls may fail with status 200, and only their code tells.
        return BUSY.contains(code) || status == 408 || status == 429 || (status >= 500 && status != 501);
    }

    private IOException wrongPlace(String key, String what, AwsServiceException failure) {
        String remedy = code(failure).equals("NoSuchBucket")
                ? "create the bucket, or correct its name or the endpoint"
                : regionElsewhere(failure)
                        .map(region -> "the bucket is in the region " + region + ", so write region=" + region)
                        .orElse("the bucket is in another region; give the right one as region=NAME");
        return new StorageRequestException(providerId, key, what + "; " + remedy, failure);
    }

    private IOException notAllowed(S3Action action, String key, String what, AwsServiceException failure) {
        String code = code(failure);
        if (code.equals("InvalidObjectState")) {
            return new StorageRequestException(
                    providerId, key, what + "; the object is archived, so have the store restore it first", failure);
        }
        Optional<String> remedy = accessRemedy(action, code, failure.statusCode());
        if (remedy.isPresent()) {
            return new StorageAccessException(providerId, key, what + "; " + remedy.get(), failure);
        }
        String hint = code.isEmpty() ? "; this is not how S3 answers, so check the endpoint" : "";
        return new StorageRequestException(providerId, key, what + hint, failure);
    }

    private Optional<String> accessRemedy(S3Action action, String code, int status) {
        if (SESSION_OVER.contains(code)) {
            return Optional.of("the session of the keys is over; sign in again, or renew the session token");
        }
        if (SKEWED.contains(code)) {
            return Optional.of("the clocks differ; set this machine's clock, for example by NTP");
        }
        if (BAD_KEYS.contains(code)) {
            return Optional.of("check " + S3Credentials.variableNames(providerId));
        }
        return status == 401 || status == 403 || NOT_ALLOWED.contains(code)
                ? Optional.of("the key must allow " + action.permission() + " on this bucket and prefix")
                : Optional.empty();
    }

    private IOException unanswered(String key, String what, SdkException failure) {
        Throwable network = findCause(failure, IOException.class);
        if (network != null || failure instanceof ApiCallAttemptTimeoutException) {
            String reason = network == null ? "no answer in time" : String.valueOf(network);
            return new StorageUnavailableException(
                    providerId,
                    key,
                    what + "the network failed: " + reason
                            + "; all retries are spent, so see that the endpoint can be reached",
                    null,
                    failure);
        }
        if (String.valueOf(failure.getMessage()).contains("credentials")) {
            return new StorageAccessException(
                    providerId,
                    key,
                    what + "there are no keys; set " + S3Credentials.variableNames(providerId)
                            + ", or a profile or role of this machine",
                    failure);
        }
        return new StorageRequestException(
                providerId, key, what + "the answer makes no sense, so check the endpoint", failure);
    }

    private static @Nullable Throwable findCause(Throwable failure, Class<?> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return cause;
            }
        }
        return null;
    }

    /** A failure of our own code that the SDK has wrapped. */
    private static @Nullable SnapshotException ownFailure(Throwable failure) {
        return (SnapshotException) findCause(failure, SnapshotException.class);
    }

    private static @Nullable Duration retryAfter(AwsServiceException failure) {
        return header(failure, "Retry-After")
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(null);
    }

    PreconditionFailedException exists(String key, @Nullable Throwable cause) {
        return new PreconditionFailedException(providerId, key, "\"" + key + "\" exists already in " + place, cause);
    }

    /** The error of one of several objects in a call that succeeded for others. */
    IOException ofOne(S3Action action, String key, String code, String message) {
        String what = "Cannot " + action.verb() + " \"" + key + "\" in " + place + ": " + code + " (" + message + ")";
        if (isBusy(code)) {
            return new StorageUnavailableException(providerId, key, what + BUSY_REMEDY, null, null);
        }
        return NOT_ALLOWED.contains(code)
                ? new StorageAccessException(
                        providerId,
                        key,
                        what + "; the key must allow " + action.permission() + " on this bucket and prefix",
                        null)
                : new StorageRequestException(providerId, key, what, null);
    }
}
