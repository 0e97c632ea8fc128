using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Schemas;

namespace Oddswire.Host.Composition.Configuration;

/// <summary>Makes the settings of the schema registry out of the configuration.</summary>
internal static class RegistryConnection
{
    private const string Section = ConfigSchema.Registry;

    /// <summary>Reads and checks them; null when no registry is named.</summary>
    /// <exception cref="UserErrorException">They make no sense or do not fit together; secrets are never repeated.</exception>
    public static SchemaRegistrySettings? Read(Config config)
    {
        if (config.Find(Section, "url") is not { } url)
        {
            return config.HasSection(Section)
                ? throw new UserErrorException(ExitCodes.Usage, "A schema registry has settings, but no address.", "Set registry.url, or give --schema-registry URL.")
                : null;
        }

        if (!Uri.TryCreate(url.Text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new UserErrorException(ExitCodes.Usage, $"registry.url ({url.Where}) is not an address.", "Write for example https://registry.example.com.");
        }

        if (address.UserInfo.Length > 0)
        {
            throw new UserErrorException(
                ExitCodes.Usage, $"registry.url ({url.Where}) holds a user or a password.", "Set registry.user, and registry.password-file or the environment variable ODDSWIRE_REGISTRY_PASSWORD.");
        }

        var (user, password, token) = (config.Text(Section, "user"), config.Secret(Section, "password"), config.Secret(Section, "token"));
        if (token is not null && (user ?? password) is not null)
        {
            throw new UserErrorException(ExitCodes.Usage, "The schema registry has both a token and a user.", "Keep one of the two.");
        }

        if (user is null != password is null)
        {
            throw new UserErrorException(
                ExitCodes.Usage, "Of registry.user and registry.password only one is set.", "Set registry.user, and registry.password-file or ODDSWIRE_REGISTRY_PASSWORD.");
        }

        return new SchemaRegistrySettings
        {
            Url = address,
            User = user,
            Password = password,
            Token = token,
            MayRegister = config.Word(Section, "register", "true", "false") != "false",
        };
    }
}
