using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Parameters;
using Oddswire.Host.Commands;

namespace Oddswire.Host.Composition;

/// <summary>The models that can be named: the program's own, and the files in the folder <c>models</c> of the data folder.</summary>
internal static class ModelFolder
{
    private const long MaxFileBytes = 16 << 20;

    /// <summary>Where a data folder keeps its models.</summary>
    public static string PathIn(string data) => Path.Combine(data, "models");

    /// <summary>Every model, the program's own first; with the file it came from.</summary>
    /// <exception cref="UserErrorException">A file cannot be read, or two models of a name differ.</exception>
    public static IReadOnlyList<(ModelFile Model, string? Path)> List(string data)
    {
        List<(ModelFile Model, string? Path)> found = [.. Leagues.All.Select(league => (GameModels.BuiltIn(league), (string?)null))];
        var folder = PathIn(data);
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            {
                var model = Read(path);
                var same = found.Find(other => other.Model.Version == model.Version);
                if (same.Model is null)
                {
                    found.Add((model, path));
                }
                else if (!same.Model.ToBytes().AsSpan().SequenceEqual(model.ToBytes()))
                {
                    throw new UserErrorException(
                        ExitCodes.Usage,
                        $"{path} is called {model.Version}, and so is another model ({same.Path ?? "the program's own"}).",
                        "Prices name their model by its version: give one of them another, or remove it.");
                }
            }
        }

        return found;
    }

    /// <summary>A model by its version or its file; the program's own when nothing is named.</summary>
    /// <exception cref="UserErrorException">There is no such model, or it is of another league.</exception>
    public static ModelFile Find(string data, League league, string? name)
    {
        if (name is null)
        {
            return GameModels.BuiltIn(league);
        }

        var found = File.Exists(name) ? Read(name) : List(data).Select(entry => entry.Model).FirstOrDefault(model => model.Version == name);
        if (found is null)
        {
            throw Unknown(name, List(data).Where(entry => entry.Model.League == league).Select(entry => entry.Model.Version), data, $" of {league.Code()}");
        }

        return found.League == league ? found
            : throw new UserErrorException(
                ExitCodes.Usage, $"{name} is a model of {found.League.Code()}, not of {league.Code()}.", "Choose the league or the model that fits.");
    }

    /// <summary>Models by their versions or files, at most one of each league.</summary>
    /// <exception cref="UserErrorException">There is no such model, or two are of one league.</exception>
    public static IReadOnlyList<ModelFile> Choose(string data, IReadOnlyList<string> names)
    {
        List<ModelFile> chosen = [];
        foreach (var name in names)
        {
            var model = File.Exists(name) ? Read(name) : List(data).Select(entry => entry.Model).FirstOrDefault(model => model.Version == name)
                ?? throw Unknown(name, List(data).Select(entry => entry.Model.Version), data, "");
            if (chosen.Find(other => other.League == model.League) is { } other)
            {
                throw new UserErrorException(
                    ExitCodes.Usage, $"{other.Version} and {model.Version} are both models of {model.League.Code()}.", "Give --model once for a league.");
            }

            chosen.Add(model);
        }

        return chosen;
    }

    /// <summary>Reads a model's file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or is no model.</exception>
    public static ModelFile Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes ? ModelFile.Parse(File.ReadAllBytes(path), path)
                : throw new UserErrorException(ExitCodes.Usage, $"{path} is larger than {MaxFileBytes >> 20} MiB: not a model.", "Name a file that 'oddswire models train' wrote.");
        }
        catch (ModelFileException error)
        {
            throw new UserErrorException(ExitCodes.Usage, error.Message, "Correct the file, or write a new one with 'oddswire models train'.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Environment, $"{path} cannot be read: {error.Message}", "Check the path and its permissions.", error);
        }
    }

    private static UserErrorException Unknown(string name, IEnumerable<string> versions, string data, string ofLeague)
    {
        var known = versions.ToList();
        var near = NearestName.Of(name, known);
        return new UserErrorException(
            ExitCodes.Usage,
            $"There is neither a file nor a model{ofLeague} named '{name}'{(near is null ? "." : $"; did you mean '{near}'?")}",
            $"Known are {string.Join(", ", known)}; see 'oddswire models list'. Files in {PathIn(data)} are found by their version.");
    }
}
