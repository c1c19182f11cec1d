package dev.banyan.runtime.controller;

import dev.banyan.runtime.resource.ObjectKey;
import java.util.Objects;

/** Which object to look at. It does not say what happened: several events may have become one request. */
public record Request(ObjectKey key) {
    public Request {
        Objects.requireNonNull(key, "key");
    }
}
