using System.Text;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Core.Pricing;

/// <summary>A model at work, with its version as it is written.</summary>
internal sealed class ShelvedModel(IGameModel model)
{
    public IGameModel Model { get; } = model;

    public byte[] Version { get; } = Encoding.UTF8.GetBytes(model.Version);
}

/// <summary>
/// The models a stage works with: the program's own, and those that came through the log, each made from its file when first asked for. Two games
/// that are given the same version with other parameters each keep theirs. Not for several threads.
/// </summary>
/// <param name="own">The model of a game that was not given one.</param>
internal sealed class ModelShelf(IGameModel own)
{
    private readonly List<(byte[] File, ShelvedModel Model)> _made = [];

    /// <summary>The program's own.</summary>
    public ShelvedModel Own { get; } = new(own);

    /// <summary>The model of a file.</summary>
    /// <exception cref="ModelFileException">It is not a model file; normalise lets none such through.</exception>
    public ShelvedModel Of(byte[] file)
    {
        foreach (var (known, model) in _made)
        {
            if (ReferenceEquals(known, file) || known.AsSpan().SequenceEqual(file))
            {
                return model;
            }
        }

        var made = new ShelvedModel(GameModels.Create(ModelFile.Parse(file, "model")));
        _made.Add((file, made));
        return made;
    }
}
