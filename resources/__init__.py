"""Files that ship with Trainyard: icons, style, fonts, translations, samples, recipes."""
