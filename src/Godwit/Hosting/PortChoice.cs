using System.Net;
using System.Net.Sockets;

namespace Godwit.CommandLine.Hosting;

/// <summary>Chooses ports: none twice, and a default that is taken moves up to the next free one.</summary>
internal sealed class PortChoice(Func<IPAddress, int, bool> isFree)
{
    private readonly HashSet<int> _chosen = [];

    /// <summary>The port that a user asked for, or null when it is taken. 0 asks for any free one.</summary>
    public int? Exact(IPAddress address, int port)
    {
        if (port == 0)
            port = Ephemeral(address);
        return Take(address, port) ? port : null;
    }

    /// <summary>The first free port from <paramref name="preferred"/> upwards.</summary>
    /// <exception cref="InvalidOperationException">None of them is free up to 65535.</exception>
    public int From(IPAddress address, int preferred)
    {
        for (int port = preferred; port <= IPEndPoint.MaxPort; port++)
        {
            if (Take(address, port))
                return port;
        }

        throw new InvalidOperationException($"No port from {preferred} upwards is free on {address}.");
    }

    /// <summary>Whether a listener can be bound, tried by binding one.</summary>
    public static bool CanBind(IPAddress address, int port)
    {
        using Socket probe = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(address, port));
            probe.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private bool Take(IPAddress address, int port) => !_chosen.Contains(port) && isFree(address, port) && _chosen.Add(port);

    private static int Ephemeral(IPAddress address)
    {
        using Socket probe = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
