package io.gpusnapshot.internal.transfer;

/**
 * What a job may take of the network.
 *
 * @param minConnections fewest connections, however little they bring
 * @param maxConnections most connections, however much they would bring
 * @param hedgePercent how much may come twice, of the bytes that have come, in percent; 0 for nothing
 */
public record TransferLimits(int minConnections, int maxConnections, int hedgePercent) {
    public TransferLimits {
        if (minConnections < 1 || minConnections > maxConnections) {
            throw new IllegalArgumentException(
                    "minConnections must be 1 to maxConnections (" + maxConnections + "), but is " + minConnections);
        }
    }
}
