package dev.banyan.agent.container;

import java.util.List;

/**
 * An image that is present.
 *
 * @param id of its configuration, such as {@code sha256:5d20...}
 * @param references by which it can be had, those by digest first
 * @param sizeBytes as it is fetched, which is compressed: what its removal frees is more
 */
public record ObservedImage(String id, List<String> references, long sizeBytes) {
    public ObservedImage {
        references = List.copyOf(references);
    }
}
