"""What the people and things of a country are called in English: *Italian*, *the Dutch*, *a Swede*."""

from __future__ import annotations

from indexing.normalise import normalise

_DEMONYMS = """
    Afghanistan: Afghan; Albania: Albanian; Algeria: Algerian; Andorra: Andorran; Angola: Angolan; Argentina:
    Argentine, Argentinian; Armenia: Armenian; Australia: Australian; Austria: Austrian; Azerbaijan: Azerbaijani;
    Bahamas: Bahamian; Bahrain: Bahraini; Bangladesh: Bangladeshi; Barbados: Barbadian; Belarus: Belarusian; Belgium:
    Belgian; Belize: Belizean; Benin: Beninese; Bhutan: Bhutanese; Bolivia: Bolivian; Bosnia and Herzegovina: Bosnian;
    Bosnia: Bosnian; Botswana: Botswanan; Brazil: Brazilian; Britain: British, Briton; Brunei: Bruneian; Bulgaria:
    Bulgarian; Burundi: Burundian; Cambodia: Cambodian; Cameroon: Cameroonian; Canada: Canadian; Cape Verde: Cape
    Verdean; Chad: Chadian; Chile: Chilean; China: Chinese; Colombia: Colombian; Congo: Congolese; Costa Rica: Costa
    Rican; Croatia: Croatian, Croat; Cuba: Cuban; Cyprus: Cypriot; Czech Republic: Czech; Czechia: Czech; Denmark:
    Danish, Dane; Djibouti: Djiboutian; Dominica: Dominican; Dominican Republic: Dominican; Ecuador: Ecuadorian;
    Egypt: Egyptian; El Salvador: Salvadoran; England: English; Eritrea: Eritrean; Estonia: Estonian; Ethiopia:
    Ethiopian; Fiji: Fijian; Finland: Finnish, Finn; France: French; Gabon: Gabonese; Gambia: Gambian; Georgia:
    Georgian; Germany: German; Ghana: Ghanaian; Great Britain: British, Briton; Greece: Greek; Greenland: Greenlandic;
    Grenada: Grenadian; Guatemala: Guatemalan; Guinea: Guinean; Guyana: Guyanese; Haiti: Haitian; Honduras: Honduran;
    Hungary: Hungarian; Iceland: Icelandic, Icelander; India: Indian; Indonesia: Indonesian; Iran: Iranian; Iraq:
    Iraqi; Ireland: Irish; Israel: Israeli; Italy: Italian; Ivory Coast: Ivorian; Jamaica: Jamaican; Japan: Japanese;
    Jordan: Jordanian; Kazakhstan: Kazakh, Kazakhstani; Kenya: Kenyan; Kosovo: Kosovan; Kuwait: Kuwaiti; Kyrgyzstan:
    Kyrgyz; Laos: Laotian; Latvia: Latvian; Lebanon: Lebanese; Lesotho: Basotho; Liberia: Liberian; Libya: Libyan;
    Liechtenstein: Liechtensteiner; Lithuania: Lithuanian; Luxembourg: Luxembourgish, Luxembourger; Madagascar:
    Malagasy; Malawi: Malawian; Malaysia: Malaysian; Maldives: Maldivian; Mali: Malian; Malta: Maltese; Mauritania:
    Mauritanian; Mauritius: Mauritian; Mexico: Mexican; Moldova: Moldovan; Monaco: Monegasque; Mongolia: Mongolian;
    Montenegro: Montenegrin; Morocco: Moroccan; Mozambique: Mozambican; Myanmar: Burmese; Namibia: Namibian; Nepal:
    Nepalese, Nepali; Netherlands: Dutch; New Zealand: New Zealander; Nicaragua: Nicaraguan; Niger: Nigerien; Nigeria:
    Nigerian; North Korea: North Korean; North Macedonia: Macedonian; Northern Ireland: Northern Irish; Norway:
    Norwegian; Oman: Omani; Pakistan: Pakistani; Palestine: Palestinian; Panama: Panamanian; Papua New Guinea: Papua
    New Guinean; Paraguay: Paraguayan; Peru: Peruvian; Philippines: Filipino, Philippine; Poland: Polish, Pole;
    Portugal: Portuguese; Puerto Rico: Puerto Rican; Qatar: Qatari; Romania: Romanian; Russia: Russian; Rwanda:
    Rwandan; Samoa: Samoan; Saudi Arabia: Saudi, Saudi Arabian; Scotland: Scottish, Scot; Senegal: Senegalese; Serbia:
    Serbian, Serb; Seychelles: Seychellois; Sierra Leone: Sierra Leonean; Singapore: Singaporean; Slovakia: Slovak,
    Slovakian; Slovenia: Slovenian, Slovene; Somalia: Somali; South Africa: South African; South Korea: South Korean,
    Korean; South Sudan: South Sudanese; Spain: Spanish, Spaniard; Sri Lanka: Sri Lankan; Sudan: Sudanese; Suriname:
    Surinamese; Sweden: Swedish, Swede; Switzerland: Swiss; Syria: Syrian; Taiwan: Taiwanese; Tajikistan: Tajik;
    Tanzania: Tanzanian; Thailand: Thai; Togo: Togolese; Tonga: Tongan; Trinidad and Tobago: Trinidadian; Tunisia:
    Tunisian; Turkey: Turkish, Turk; Türkiye: Turkish, Turk; Turkmenistan: Turkmen; Uganda: Ugandan; Ukraine:
    Ukrainian; United Arab Emirates: Emirati; United Kingdom: British, Briton; UK: British, Briton; United States:
    American; United States of America: American; USA: American; US: American; Uruguay: Uruguayan; Uzbekistan: Uzbek;
    Venezuela: Venezuelan; Vietnam: Vietnamese; Wales: Welsh; Yemen: Yemeni; Zambia: Zambian; Zimbabwe: Zimbabwean;
    Africa: African; Asia: Asian; Europe: European; North America: North American; South America: South American
"""
_NO_PLURAL = ("ese", "sh", "ch", "ss", "ois", "ic")


def _forms(said: str) -> list[str]:
    """A word for what is of a country, and that for several people from there."""
    form = normalise(said)
    return [form] if form.endswith(_NO_PLURAL) else [form, f"{form}s"]


def _read() -> dict[str, tuple[str, ...]]:
    found = {}
    for entry in _DEMONYMS.split(";"):
        country, _, words = " ".join(entry.split()).partition(": ")
        found[normalise(country)] = tuple(form for said in words.split(", ") for form in _forms(said))
    return found


def _turned(of_countries: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for country, said in of_countries.items():
        for form in said if len(country) >= _SHORTEST else ():
            found[form] = (*found.get(form, ()), country)
    return found


_SHORTEST = 3  # letters of a country's name: "us" is a word
_OF_COUNTRIES = _read()
_OF_DEMONYMS = _turned(_OF_COUNTRIES)


def demonyms_of(form: str) -> tuple[str, ...]:
    """The words for people and things of a country or continent, normalised; none if it is no such.

    :param form: its name, normalised.
    """
    return _OF_COUNTRIES.get(form, ())


def countries_of(form: str) -> tuple[str, ...]:
    """The countries or continents that a word is said of, normalised; none if it is said of none.

    :param form: the word, normalised, such as ``italian``.
    """
    return _OF_DEMONYMS.get(form, ())
