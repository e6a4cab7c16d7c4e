package io.gpusnapshot.storage.b2;

import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.storage.StorageConfig;
import java.util.Map;

/**
 * An application key of Backblaze B2. {@link #toString()} does not show the secret half.
 *
 * @param keyId the key's id, which is no secret
 * @param applicationKey the secret
 */
public record B2Credentials(String keyId, String applicationKey) {
    private static final String KEY_ID = "B2_KEY_ID";
    private static final String APPLICATION_KEY = "B2_APPLICATION_KEY";

    /**
     * Reads {@code B2_KEY_ID} and {@code B2_APPLICATION_KEY}.
     *
     * @throws StorageAccessException if one of them is not set
     */
    public static B2Credentials fromEnvironment() throws StorageAccessException {
        return fromEnvironment(System.getenv());
    }

    static B2Credentials fromEnvironment(Map<String, String> variables) throws StorageAccessException {
        return new B2Credentials(require(variables, KEY_ID), require(variables, APPLICATION_KEY));
    }

    private static String require(Map<String, String> variables, String name) throws StorageAccessException {
        String value = variables.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            throw new StorageAccessException(
                    StorageConfig.B2,
                    "",
                    name + " is not set; set " + KEY_ID + " and " + APPLICATION_KEY
                            + " to an application key from the Backblaze console",
                    null);
        }
        return value;
    }

    @Override
    public String toString() {
        return "B2Credentials[keyId=" + keyId + "]";
    }
}
