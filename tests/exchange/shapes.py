"""Files as other programs write them, with invented people."""

GOOGLE = (
    "Name,Given Name,Family Name,Yomi Name,Notes,Group Membership,E-mail 1 - Type,"
    "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Formatted,Organization 1 - Name,"
    "Organization 1 - Title\r\n"
    'سلمى رشاد,سلمى,رشاد,,"ستائر للصالة\nبعد العيد",معرض ::: * myContacts,* Work,'
    "salma@rashad.example ::: s.rashad@post.example,Mobile,010 2345 1701 ::: +20 11 2345 1702,"
    "شارع النيل,رشاد للأثاث,مديرة\r\n"
    "Dina,Dina,,,,,,,Mobile,00962791110223,,,\r\n"
).encode()
HUBSPOT = (
    "\ufeffRecord ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,"
    "Associated Company,City,Country/Region,Marketing contact status\r\n"
    "501,Maya,Fares,MAYA@fares.example,+971 50 222 2233,NEW,2025-02-05 10:22,Fares Homes,Dubai,"
    "United Arab Emirates,Marketing contact\r\n"
    "502,,,desk@blank.example,,,,,,,\r\n"
    "503,Maya,Fares,maya@fares.example,0502222233,,,,,United Arab Emirates,\r\n"
).encode()
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Company,Business Street,Business City,Business Fax,"
    "Business Phone,Mobile Phone,E-mail Address,E-mail Type,E-mail 2 Address,Notes,Categories\r\n"
    "أ.,ليان,,فؤاد,دار الأثير,,,011-4567800,011-4567891,0559876541,layan@atheer.example,SMTP,,"
    "تحب الأزرق؛ مساءً,\r\n"
    ",Adam,,\"O'Hara, Jr.\",O'Hara & Co; Trading,,,,,+44 20 7946 0028,adam@ohara.example,,,,\r\n"
).encode("cp1256")
SALESFORCE = (
    b'"Lead ID","Company / Account","First Name","Last Name","Email","Phone","Mobile",'
    b'"Lead Source","Lead Status","City","Country","Annual Revenue","Create Date"\n'
    b'"00QX","Palm Hotels","Ziad","Harb","ziad@palm.example","04 333 2212","+971 52 999 0011",'
    b'"Web form","Open","Dubai","AE","AED 1,250,000.00","3/4/2025"\n'
    b'"00QY","[not provided]","","Unnamed","","","0529990012","","","","AE","","13/4/2025"\n'
)
SEMICOLONS = (
    "\ufeffالاسم;رقم الجوال;البريد;ملاحظات\r\n"
    'ريم;0501230011;reem@x.example;"=HYPERLINK(""http://evil.example"",""اضغط"")"\r\n'
    "@SUM(1+1);+966501230012;;\r\n"
).encode()
UNICODE_TEXT = (
    "Name\tMobile\tCity\r\nأحمد سامي\t٠١٠٦٦٦٧٧٧١١\tطنطا\r\nهبة\t1066677712\tالمحلة\r\n".encode(
        "utf-16"
    )
)
NO_HEADING = "شركة الضوء,0112223355,info@daw.example\r\nشركة الظل,0113334466,\r\n".encode()
MANY_VALUES = (
    "Full Name,Phone numbers,Emails\n"
    "عبد الرحمن آل سعد,0507778811 / 0507778812,a@c.example; A@C.example\n"
    " Dr.  Ali   Reda ,965 9977 6651,ali@reda\n"
).encode()
CARD_21 = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Jane;;Ms.;\r\nFN:Jane Doe\r\nORG:Shop, The;Sales\r\n"
    b"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=D9=85=D9=88=D8=B9=D8=AF=0D=0A=\r\n=D8=BA=D8=AF\r\n"
    b"TEL;WORK;VOICE:BusinessPhone\r\nTEL;WORK;FAX:+966112345670\r\nTEL;CELL:+966551230021\r\n"
    b"EMAIL;PREF;INTERNET:jane@shop.example\r\nEND:VCARD\r\n"
)
CARD_30 = (
    "BEGIN:VCARD\nVERSION:3.0\nN:العمري;نواف;;م.;\nFN:م. نواف العمري\nORG:مؤسسة الأركان;المشتريات\n"
    "item1.TEL;TYPE=CELL:٠٥٠٤٤٤٥٥٧٧\nitem1.X-ABLabel:جوال\nTEL;TYPE=WORK:+966 11 222 3355\n"
    "EMAIL:nawaf@arkan.example\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD\n"
    " /4QBYRXhpZgAATU0AKgAA\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Huda\nTEL:0551230022\nEND:VCARD\n"
).encode()
CARD_40 = (
    b"BEGIN:VCARD\nVERSION:4.0\nFN:Sam Saleh\nTEL;TYPE=cell;VALUE=uri:tel:+966551230023\n"
    b"EMAIL;TYPE=home:sam@home.example\nEMAIL;TYPE=work:sam@work.example\n"
    b"ADR;TYPE=home:;;12 Olaya St;Riyadh;;12345;Saudi Arabia\nCATEGORIES:VIP,Shop\nEND:VCARD\n"
)

# name → file, its name, region, then of each customer: name, company, phones, e-mails
SHAPES = {
    "google": (
        GOOGLE, "google.csv", "EG",
        [("سلمى رشاد", "رشاد للأثاث", ["+201023451701", "+201123451702"],
          ["s.rashad@post.example", "salma@rashad.example"]),
         ("Dina", "", ["+962791110223"], [])],
    ),
    "hubspot": (
        HUBSPOT, "hubspot.csv", "SA",
        [("Maya Fares", "Fares Homes", ["+971502222233"], ["maya@fares.example"]),
         ("desk@blank.example", "", [], ["desk@blank.example"])],
    ),
    "outlook": (
        OUTLOOK, "outlook.csv", "SA",
        [("ليان فؤاد", "دار الأثير", ["+966114567891", "+966559876541"], ["layan@atheer.example"]),
         ("Adam O'Hara, Jr.", "O'Hara & Co; Trading", ["+442079460028"], ["adam@ohara.example"])],
    ),
    "salesforce": (
        SALESFORCE, "salesforce.csv", "SA",
        [("Ziad Harb", "Palm Hotels", ["+97143332212", "+971529990011"], ["ziad@palm.example"]),
         ("Unnamed", "", ["+971529990012"], [])],
    ),
    "semicolons": (
        SEMICOLONS, "semicolons.csv", "SA",
        [("ريم", "", ["+966501230011"], ["reem@x.example"]),
         ("@SUM(1+1)", "", ["+966501230012"], [])],
    ),
    "unicode text": (
        UNICODE_TEXT, "unicode.txt", "EG",
        [("أحمد سامي", "", ["+201066677711"], []), ("هبة", "", ["+201066677712"], [])],
    ),
    "no heading": (
        NO_HEADING, "plain.csv", "SA",
        [("شركة الضوء", "", ["+966112223355"], ["info@daw.example"]),
         ("شركة الظل", "", ["+966113334466"], [])],
    ),
    "many values": (
        MANY_VALUES, "many.csv", "SA",
        [("عبد الرحمن آل سعد", "", ["+966507778811", "+966507778812"], ["a@c.example"]),
         ("Dr. Ali Reda", "", ["+96599776651"], [])],
    ),
    "card 2.1": (
        CARD_21, "jane.vcf", "SA",
        [("Jane Doe", "Shop, The", ["+966551230021"], ["jane@shop.example"])],
    ),
    "card 3.0": (
        CARD_30, "cards.vcf", "SA",
        [("م. نواف العمري", "مؤسسة الأركان", ["+966112223355", "+966504445577"],
          ["nawaf@arkan.example"]),
         ("Huda", "", ["+966551230022"], [])],
    ),
    "card 4.0": (
        CARD_40, "sam.vcf", "SA",
        [("Sam Saleh", "", ["+966551230023"], ["sam@home.example", "sam@work.example"])],
    ),
}  # fmt: skip
