package io.gpusnapshot;

import io.gpusnapshot.internal.transfer.PackStores;
import java.io.IOException;

/** Opens the way to the packs of a store. */
@FunctionalInterface
interface PackOpener {
    PackStores packs(StoreHandle store) throws IOException;
}
