using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Host.Commands;

namespace Oddswire.Host.Composition;

/// <summary>The book of a league: <c>books/{league}-book.json</c> of the data folder where it is there, else the program's own.</summary>
internal static class Books
{
    private const long MaxBytes = 1 << 20;

    /// <summary>Where a data folder keeps its own book of a league.</summary>
    public static string PathOf(DataFolder folder, League league) => Path.Combine(folder.Root, "books", $"{league.Code()}-book.json");

    /// <summary>The book in use on a data folder.</summary>
    /// <exception cref="UserErrorException">The folder's book cannot be read, or is another league's.</exception>
    public static LeagueBook For(DataFolder folder, League league)
    {
        var path = PathOf(folder, league);
        if (!File.Exists(path))
        {
            return LeagueBook.For(league);
        }

        var book = Read(path);
        return book.League == league
            ? book
            : throw new UserErrorException(
                ExitCodes.Usage, $"'{path}' is the book of {book.League.Code()}.", $"A book of {league.Code()} has \"league\": \"{league.Code()}\".");
    }

    /// <summary>Reads a book file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or is not a book.</exception>
    public static LeagueBook Read(string path)
    {
        try
        {
            var bytes = new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllBytes(path)
                : throw new UserErrorException(ExitCodes.Usage, $"'{path}' is larger than a book can be.", "'oddswire book show' prints a book to start from.");
            return LeagueBookFile.Read(bytes, path);
        }
        catch (FormatException e)
        {
            throw new UserErrorException(ExitCodes.Usage, e.Message, "'oddswire book show' prints a book to start from; docs/markets.md describes it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Usage, $"The book '{path}' cannot be read: {e.Message}", "Name a file that exists and may be read.", e);
        }
    }
}
