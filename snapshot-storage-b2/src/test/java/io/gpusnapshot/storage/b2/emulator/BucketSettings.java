package io.gpusnapshot.storage.b2.emulator;

import java.util.List;
import java.util.Map;

/**
 * What a client says of a bucket.
 *
 * @param corsRules kept as given and never acted upon
 * @param lifecycleRules kept as given and never acted upon
 * @param revision counts the updates, from 1
 */
record BucketSettings(
        String name, String type, Map<String, String> info, List<?> corsRules, List<?> lifecycleRules, long revision) {
    static final String PUBLIC = "allPublic";
    static final String PRIVATE = "allPrivate";

    boolean isPublic() {
        return type.equals(PUBLIC);
    }
}
