/**
 * A model of gRPC's transport for simulations: the same stubs and services as over sockets, on simulated time.
 *
 * <p>A {@link dev.banyan.runtime.simulation.grpc.SimulatedWire} carries calls of all four kinds between processes. A process serves a {@link
 * dev.banyan.runtime.simulation.grpc.ServedCalls} at an address; a client's first call makes a connection, over which frames travel in
 * order over a {@link
 * dev.banyan.runtime.simulation.network.SimulatedNetwork}. One task of each side is the transport's thread; each call is a task of the server, as with an executor
 * that starts one. Headers, trailers, half-close, cancellation, flow control, deadlines and the certificates of both sides reach interceptors
 * and stubs as they do from a real transport.
 *
 * <p><b>Guarantees.</b> Frames of a connection are lost only with the connection. A killed process resets its connections, a paused one
 * accepts and does not answer, a cut direction keeps frames back and tells nobody: either side gives a connection up when it has heard
 * nothing for 10 s and a ping was not answered for 5 s more. A call fails as unsent only if its message never left the client. The same seed
 * repeats every order of frames.
 *
 * <p><b>Caveats.</b> Certificates are shown and not verified. No proxies, no compression, no retries, no load balancing, no limits of sizes
 * and streams; a server learns of a deadline by the client's cancellation.
 */
@NullMarked
package dev.banyan.runtime.simulation.grpc;

import org.jspecify.annotations.NullMarked;
