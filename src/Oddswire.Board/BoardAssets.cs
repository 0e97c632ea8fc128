using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Oddswire.Board;

/// <summary>A file of the board: script, style or image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Tag">A fingerprint of its content, 16 hexadecimal digits.</param>
/// <param name="Content">Its bytes.</param>
public sealed record BoardAsset(string Name, string ContentType, string Tag, ReadOnlyMemory<byte> Content);

/// <summary>The files of the board, carried inside the program: nothing is read from disk or from elsewhere.</summary>
public static class BoardAssets
{
    private const string Prefix = "Assets/";
    private static readonly FrozenDictionary<string, BoardAsset> Files = Load();

    /// <summary>All files.</summary>
    public static IEnumerable<BoardAsset> All => Files.Values;

    /// <summary>A file by its name; null when there is none.</summary>
    public static BoardAsset? Find(string name) => Files.GetValueOrDefault(name);

    /// <summary>Where a page finds a file; the fingerprint makes a browser fetch it again when it changed.</summary>
    public static string Url(string name) => $"/assets/{name}?v={Files[name].Tag}";

    private static FrozenDictionary<string, BoardAsset> Load()
    {
        var assembly = typeof(BoardAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Read(name[Prefix.Length..], assembly.GetManifestResourceStream(name)!))
            .ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);
    }

    private static BoardAsset Read(string name, Stream stream)
    {
        using var copy = new MemoryStream();
        using (stream)
        {
            stream.CopyTo(copy);
        }

        var content = copy.ToArray();
        return new BoardAsset(name, ContentTypeOf(name), Convert.ToHexStringLower(SHA256.HashData(content))[..16], content);
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
}
