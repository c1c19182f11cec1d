package dev.banyan.runtime.simulation.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;

/** What travels over a connection, in order. */
sealed interface Frame {
    /** The server is there, and shows these. */
    record Accepted(List<X509Certificate> shown) implements Frame {}

    /** A call begins. */
    record Opened(int call, MethodDescriptor<?, ?> method, Metadata headers) implements Frame {}

    /** The server has begun to answer. */
    record Headers(int call, Metadata headers) implements Frame {}

    /** A message of either side. */
    record Message(int call, InputStream content, int bytes) implements Frame {}

    /** So many bytes of the other side's messages were taken. */
    record Taken(int call, int bytes) implements Frame {}

    /** The client sends nothing more. */
    record HalfClosed(int call) implements Frame {}

    /** The client wants nothing more. */
    record Cancelled(int call) implements Frame {}

    /** The server has ended the call. */
    record Ended(int call, Status status, Metadata trailers) implements Frame {}

    /** Is anybody there? */
    record Ping() implements Frame {}

    /** Somebody is. */
    record Pong() implements Frame {}

    /** The other side has no such connection any more. */
    record Reset(String why) implements Frame {}
}
