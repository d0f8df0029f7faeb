using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;

namespace Godwit.CommandLine.Hosting;

/// <summary>
/// The reverse proxy brings ASP.NET's data protection along, which would write keys into the home folder at every start. Godwit protects
/// nothing with them: they stay in memory.
/// </summary>
internal sealed class TransientKeys : IConfigureOptions<KeyManagementOptions>, IXmlRepository
{
    private readonly List<XElement> _keys = [];

    public void Configure(KeyManagementOptions options)
    {
        options.XmlRepository = this;
        options.XmlEncryptor = new NullXmlEncryptor();
    }

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_keys)
        {
            return [.. _keys];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        lock (_keys)
        {
            _keys.Add(element);
        }
    }
}
