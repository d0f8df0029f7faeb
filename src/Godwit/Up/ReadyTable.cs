using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Godwit.CommandLine.Up;

/// <summary>One row of what runs where.</summary>
internal sealed record ReadyRow(string Program, string Serves, string Address, string Process);

/// <summary>What <c>up</c> prints once, when everything is ready.</summary>
internal static class ReadyTable
{
    private static readonly ReadyRow s_header = new("program", "serves", "address", "pid");

    /// <summary>The rows in aligned columns, each line indented by two.</summary>
    public static string Render(IReadOnlyList<ReadyRow> rows)
    {
        ReadyRow[] all = [s_header, .. rows];
        int program = all.Max(row => row.Program.Length), serves = all.Max(row => row.Serves.Length);
        int address = all.Max(row => row.Address.Length);
        StringBuilder text = new();
        foreach (ReadyRow row in all)
        {
            string line = $"  {row.Program.PadRight(program)}  {row.Serves.PadRight(serves)}  {row.Address.PadRight(address)}  {row.Process}";
            text.AppendLine(line.TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>A line for a shell that streams a first answer.</summary>
    public static string CurlLine(string address, string model) =>
        $"curl -N {address}/v1/chat/completions -H 'content-type: application/json' "
        + $$"""-d '{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"Once upon a time"}]}'""";

    /// <summary>The address under which a listener can be reached from this machine.</summary>
    public static string Reachable(IPAddress bind, int port)
    {
        IPAddress host = bind.Equals(IPAddress.Any) ? IPAddress.Loopback : bind.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bind;
        return host.AddressFamily == AddressFamily.InterNetworkV6 ? $"http://[{host}]:{port}" : $"http://{host}:{port}";
    }
}
