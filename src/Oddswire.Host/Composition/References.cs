using Oddswire.Core.Domain;

namespace Oddswire.Host.Composition;

internal static class References
{
    public static Func<GameId, PregameLine?> LineLookup(DataFolder folder) => _ => null;

    public static void Import(DataFolder folder, IReadOnlyList<string> files)
    {
    }
}
