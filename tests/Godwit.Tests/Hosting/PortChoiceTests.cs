using System.Net;
using System.Net.Sockets;
using Godwit.CommandLine.Hosting;

namespace Godwit.CommandLine.Tests.Hosting;

public sealed class PortChoiceTests
{
    [Fact]
    public void From_PreferredFree_IsChosen() => Assert.Equal(8089, AllFree().From(IPAddress.Loopback, 8089));

    [Fact]
    public void From_PreferredTaken_MovesUpToTheNextFreeOne()
    {
        PortChoice ports = new((_, port) => port is not (8089 or 8090));
        Assert.Equal(8091, ports.From(IPAddress.Loopback, 8089));
    }

    [Fact]
    public void From_Twice_NeverTheSame()
    {
        PortChoice ports = AllFree();
        Assert.Equal([8100, 8101, 8102], Enumerable.Range(0, 3).Select(_ => ports.From(IPAddress.Loopback, 8100)));
    }

    [Fact]
    public void From_NothingFree_SaysSo() =>
        Assert.Throws<InvalidOperationException>(() => new PortChoice((_, _) => false).From(IPAddress.Loopback, 65000));

    [Fact]
    public void Exact_Taken_IsRefused()
    {
        Assert.Null(new PortChoice((_, port) => port != 8080).Exact(IPAddress.Loopback, 8080));
        Assert.Equal(8080, AllFree().Exact(IPAddress.Loopback, 8080));
    }

    [Fact]
    public void Exact_Zero_IsAnyFreePort() => Assert.InRange(new PortChoice(PortChoice.CanBind).Exact(IPAddress.Loopback, 0)!.Value, 1, 65535);

    [Fact]
    public void CanBind_PortOfAListener_IsTaken()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.False(PortChoice.CanBind(IPAddress.Loopback, port));
        listener.Stop();
        Assert.True(PortChoice.CanBind(IPAddress.Loopback, port));
    }

    private static PortChoice AllFree() => new((_, _) => true);
}
