"""``python -m kgqa``: the program, where a module is started rather than a command (as ``torchrun -m kgqa`` does)."""

from kgqa.cli import main

if __name__ == "__main__":
    main()
