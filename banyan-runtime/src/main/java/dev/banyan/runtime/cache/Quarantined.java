package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;

/**
 * An object that could not be decoded or indexed and is therefore left out.
 *
 * @param revision its revision when that was tried
 * @param reason what failed, for people
 */
public record Quarantined(ObjectKey key, long revision, String reason) {}
