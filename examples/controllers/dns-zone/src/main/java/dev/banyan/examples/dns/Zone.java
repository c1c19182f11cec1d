package dev.banyan.examples.dns;

import dev.banyan.runtime.resource.Conditions;

/**
 * A part of the domain name system that is served from one file.
 *
 * @param nameServer who serves it, such as {@code ns1.example.org.}
 * @param contact whom to write to, in DNS's own form, such as {@code hostmaster.example.org.}
 * @param ttl how long answers may be kept, in seconds
 */
record Zone(String nameServer, String contact, int ttl) {
    /** The condition that the file in place says what the zone's objects say. */
    static final String PUBLISHED = "Published";

    /**
     * What was made of it.
     *
     * @param serial the number of the newest content; goes up with each change of the content and only then
     * @param digest of that content
     */
    record Status(long serial, String digest, Conditions conditions) {
        static final Status NONE = new Status(0, "", Conditions.NONE);
    }
}
